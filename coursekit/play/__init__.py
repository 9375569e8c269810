"The playground and the bug gym."
