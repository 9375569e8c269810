"The command `coursekit`."
