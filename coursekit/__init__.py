"""coursekit: a hands-on course in deep-learning intuition. Names are listed in `__init__.pyi` and load when first used."""
__version__ = "0.1.0"

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
