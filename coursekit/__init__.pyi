from .core.arrays import as_targets, as_tensor
from .core.checkpoint import load_file, save_file
from .core.context import evaluating, interrupts, seeded
from .core.data import Data
from .core.owner import looking
from .core.record import entries, keep, progress
from .core.streams import STREAMS, generator, stream
from .datasets.digits import digits
from .datasets.online import voc
from .datasets.scenes import SHAPES, scenes
from .datasets.toys import CURVES, PLANES, curves, plane, spirals
from .draw.atlas import Atlas
from .draw.diagrams import Images, Network
from .draw.frames import pack, thin, unpack
from .draw.views import Curves, Field, View, answer_at_once
from .live.live import LiveRun
from .live.panel import Panel
from .live.recording import record_runs
from .live.steer import Steering, draw_losses, draw_metric, watch
from .live.tape import FORMAT, Tape, Turn, digest, read_log, replay
from .live.widgets import Explorer, Slider, explore, log_values, lr_slider, recorded, wd_slider
from .live.worker import RUNNING, Worker
from .parts.layers import INITS, BatchNorm1d, BatchNorm2d, Dropout, dropout, fans, initialise
from .parts.losses import binary_cross_entropy, brier, cross_entropy, index_mse, labels_cross_entropy, score_mse
from .parts.metrics import (
    Thresholds,
    accuracy,
    best_threshold,
    error_rate,
    exact_match,
    f_beta,
    mae,
    mse,
    precision,
    r2,
    recall,
    rmse,
    thresholds,
    top_k,
)
from .parts.optim import (
    SGD,
    Adam,
    AdamW,
    RMSprop,
    RuleOptimizer,
    adam,
    adamw,
    count,
    init_state,
    momentum,
    rmsprop,
    rule,
    sgd,
    with_decay,
    with_l2,
    zeros,
)
from .parts.schedule import (
    OneCycle,
    Schedule,
    TorchSchedule,
    Warmup,
    constant,
    cosine,
    each_epoch,
    linear,
    one_cycle,
    warm_up,
)
from .play.anatomy import (
    ACTIVATIONS,
    FEATURES,
    L1,
    Dissection,
    Features,
    dissect,
    edit,
    norms,
    plane_accuracy,
    plane_loss,
    plane_net,
)
from .play.casebook import LEVELS, confusion, gym_card, gym_catalogue
from .play.challenges import CHALLENGES, Challenge, Facts, at_least, at_most
from .play.faults import FAULTS, PICTURES, Fault, Observed, healthy, observe, shows
from .play.gym import Gym, gym
from .play.playground import Playground, playground
from .play.run_pictures import show_run
from .study.claims import claim
from .study.finder import RULES, LRFind, LRSpread, lr_find, lr_spread, minimum, no_trace, ramp, slide, steep, valley
from .study.landscape import (
    Ball,
    Path,
    Slice,
    Surface,
    WeightPath,
    direction,
    flat,
    hessian_product,
    losses_at,
    pca_path,
    rescale,
    set_flat,
    slice_1d,
    slice_2d,
    top_eigenvalue,
)
from .study.search import Search, search
from .study.space import Range, choice, draws, integer, log_uniform, uniform
from .study.statistics import power
from .study.surrogate import Forest, best_of, fit_forest
from .study.sweep import Sweep, sweep
from .study.verdict import Verdict, Verdicts, verdicts
from .teach.check import check, hint, solution
from .teach.exercise import Exercise, slip
from .teach.prediction import Prediction, lecture, predict
from .teach.quizzes import Quiz, quiz
from .train.activations import ActivationStats
from .train.callbacks import BestWeights, Checkpoint, CSVLog, EarlyStopping, Progress
from .train.events import EVENTS, Callback, Events, check_callback
from .train.gradients import Accumulate, Autocast, ClipGrad
from .train.groups import param_groups
from .train.history import History
from .train.knobs import KNOBS, Knob, make_knobs
from .train.learner import Learner, State, default_loss

__version__: str
