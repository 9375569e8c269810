from .callbacks import BestWeights, Checkpoint, EarlyStopping, Progress
from .checkpoint import load_file, save_file
from .data import STREAMS, Data, as_targets, as_tensor, generator, stream
from .datasets import CURVES, curves, digits, spirals
from .events import EVENTS, Callback, Events, check_callback
from .history import History
from .learner import Learner, State, default_loss, evaluating, interrupts, seeded
from .live import RUNNING, Worker
from .metrics import accuracy, error_rate
from .optim import (
    SGD, Adam, AdamW, RMSprop, RuleOptimizer, adam, adamw, init_state, momentum, rmsprop, sgd, with_decay, with_l2,
)
from .views import Curves, Field, View, answer_at_once, pack, thin, unpack
from .widgets import Explorer, Slider, explore, log_values, lr_slider, recorded, watch, wd_slider

__version__: str
