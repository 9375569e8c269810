from .activations import ActivationStats
from .anatomy import ACTIVATIONS, FEATURES, L1, Dissection, Features, dissect, edit, norms, plane_accuracy, plane_loss, plane_net
from .arrays import as_targets, as_tensor
from .atlas import Atlas
from .callbacks import BestWeights, CSVLog, Checkpoint, EarlyStopping, Progress
from .casebook import LEVELS, confusion, gym_card, gym_catalogue
from .challenges import CHALLENGES, Challenge, Facts, at_least, at_most
from .checkpoint import load_file, save_file
from .claims import Verdict, claim, power
from .context import evaluating, interrupts, seeded
from .data import STREAMS, Data, generator, stream
from .datasets import CURVES, PLANES, SHAPES, curves, digits, plane, scenes, spirals
from .diagrams import Images, Network
from .events import EVENTS, Callback, Events, check_callback
from .exercise import Exercise, check, hint, slip, solution
from .faults import FAULTS, PICTURES, Fault, Observed, healthy, observe, shows
from .finder import RULES, LRFind, LRSpread, lr_find, lr_spread, minimum, no_trace, ramp, slide, steep, valley
from .frames import pack, thin, unpack
from .gradients import Accumulate, Autocast, ClipGrad
from .groups import param_groups
from .gym import Gym, gym
from .history import History
from .knobs import KNOBS, Knob, make_knobs
from .landscape import (
    Ball, Path, Slice, Surface, WeightPath, direction, flat, hessian_product, losses_at, pca_path, rescale, set_flat,
    slice_1d, slice_2d, top_eigenvalue,
)
from .layers import INITS, BatchNorm1d, BatchNorm2d, Dropout, dropout, fans, initialise
from .learner import Learner, State, default_loss
from .live import LiveRun
from .losses import binary_cross_entropy, brier, cross_entropy, index_mse, labels_cross_entropy, score_mse
from .metrics import (
    Thresholds, accuracy, best_threshold, error_rate, exact_match, f_beta, mae, mse, precision, r2, recall, rmse,
    thresholds, top_k,
)
from .online import voc
from .optim import (
    SGD, Adam, AdamW, RMSprop, RuleOptimizer, adam, adamw, init_state, momentum, rmsprop, sgd, with_decay, with_l2,
)
from .owner import looking
from .panel import Panel
from .playground import Playground, playground
from .prediction import Prediction, lecture, predict
from .quizzes import Quiz, quiz
from .record import entries, keep, progress
from .recording import record_runs
from .run_pictures import show_run
from .schedule import (
    OneCycle, Schedule, TorchSchedule, Warmup, constant, cosine, each_epoch, linear, one_cycle, warm_up,
)
from .search import Search, search
from .space import Range, choice, draws, integer, log_uniform, uniform
from .steer import Steering, draw_losses, draw_metric, watch
from .surrogate import Forest, best_of, fit_forest
from .sweep import Sweep, sweep
from .tape import FORMAT, Tape, Turn, digest, read_log, replay
from .views import Curves, Field, View, answer_at_once
from .widgets import Explorer, Slider, explore, log_values, lr_slider, recorded, wd_slider
from .worker import RUNNING, Worker

__version__: str
