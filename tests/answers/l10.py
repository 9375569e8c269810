"Answers to the exercises of lesson 10 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import numpy as np
import torch


# rescale_units: right
def by_diagonals(W1, b1, W2, a):
    A = torch.diag(a)
    return A @ W1, A @ b1, W2 @ torch.linalg.inv(A)

def unit_by_unit(W1, b1, W2, a):
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    for k in range(len(a)):
        W1[k] *= a[k]; b1[k] *= a[k]; W2[:, k] /= a[k]
    return [W1, b1, W2]

def transposed(W1, b1, W2, a): return (W1.T * a).T, b1.mul(a), torch.einsum('ou,u->ou', W2, 1 / a)

def units_in_numpy(W1, b1, W2, a):
    W1, b1, W2, a = (t.numpy() for t in (W1, b1, W2, a))
    return W1 * a.reshape(-1, 1), b1 * a, W2 * a ** -1.

def scaled(W1, b1, W2, a, into=1., bias=1., out=-1.):
    "The factors to these powers."
    return a[:, None] ** into * W1, a ** bias * b1, W2 * a ** out


# top_curvature: right
def the_lessons(times, v, steps=500):
    def power_iteration(times, v):
        for _ in range(steps):
            v = v / v.norm()
            Hv = times(v)
            value, v = v @ Hv, Hv
        return value.item(), v / v.norm()
    mu, _ = power_iteration(times, v)
    if mu > 0: return mu
    top, _ = power_iteration(lambda u: times(u) - mu * u, v)
    return mu + top

def always_shifted(times, v):
    "By a bound on the size, whatever the sign."
    u = v
    for _ in range(300): u = times(u / u.norm())
    bound = u.norm()
    for _ in range(2000):
        v = times(v) + bound * v
        v = v / v.norm()
    return (v @ times(v)).item()

def the_whole_matrix(times, v):
    H = torch.stack([times(e) for e in torch.eye(len(v), dtype=v.dtype)])
    return torch.linalg.eigvalsh(H).max()

def whole_in_numpy(times, v): return float(np.linalg.eigh(np.stack([times(e).numpy() for e in torch.eye(len(v), dtype=v.dtype)]))[0][-1])

def whole(times, v): return torch.linalg.eigvalsh(torch.stack([times(e) for e in torch.eye(len(v), dtype=v.dtype)]))

def unnormalised(times, v):
    for _ in range(500): v = times(v)
    return v.norm()

def restarted_at_the_bottom(times, v):
    for _ in range(2000): v = times(v) / times(v).norm()
    mu = v @ times(v)
    if mu > 0: return mu
    for _ in range(2000):
        v = times(v) - mu * v
        v = v / v.norm()
    return v @ times(v)


# normalise_filters: right
def by_loops(d, w):
    out = torch.empty_like(d)
    for k in range(len(d)): out[k] = d[k] * (w[k].norm() / d[k].norm())
    return out

def by_rows(d, w):
    rows, own = d.reshape(len(d), -1), w.reshape(len(w), -1)
    return (rows / rows.norm(dim=1, keepdim=True) * own.norm(dim=1, keepdim=True)).reshape(d.shape)

def by_einsum(d, w): return torch.einsum('f...,f->f...', d, (torch.einsum('fchw,fchw->f', w, w) / torch.einsum('fchw,fchw->f', d, d)).sqrt())

def filters_in_numpy(d, w):
    length = lambda t: np.sqrt((t ** 2).sum(axis=(1, 2, 3), keepdims=True))
    return d.numpy() / length(d.numpy()) * length(w.numpy())

def length(t, dims=(1, 2, 3)): return t.square().sum(dims, keepdim=True).sqrt()


ANSWERS = {
    'rescale_units': dict(
        right=[by_diagonals, unit_by_unit, transposed, units_in_numpy],
        wrong=[
            lambda W1, b1, W2, a: (W1, b1, W2),
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a, bias=2.),
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a, into=2., bias=2.),
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a, into=0.),
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a, .5, .5, -.5),
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a, out=-.5),
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a)[:2],
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a)[::-1],
            lambda W1, b1, W2, a: scaled(W1, b1, W2, a)[0],
            lambda W1, b1, W2, a: (a * W1, a * b1, W2 / a),
            lambda W1, b1, W2, a: (a[0] * W1, a[0] * b1, W2 / a[0]),
            lambda W1, b1, W2, a: (a[:, None] @ W1, a * b1, W2 / a),
            lambda W1, b1, W2, a: scaled(W1, b1.abs(), W2, a),
            lambda W1, b1, W2, a: (a[:, None] * W1, a * b1, W2 / (a + 1e-3)),
        ]),
    'top_curvature': dict(
        right=[the_lessons, always_shifted, the_whole_matrix, whole_in_numpy],
        wrong=[
            unnormalised,
            restarted_at_the_bottom,
            lambda times, v: the_lessons(times, v, 5),
            lambda times, v: the_lessons(times, v, 2),
            lambda times, v: whole(times, v)[0],
            lambda times, v: whole(times, v),
            lambda times, v: whole(times, v).sum(),
            lambda times, v: whole(times, v)[-1].abs(),
            lambda times, v: whole(times, v)[-2],
            lambda times, v: 2 * whole(times, v)[-1],
            lambda times, v: whole(times, v)[-1] + .2,
            lambda times, v: times(v).norm(),
            lambda times, v: v @ times(v),
            lambda times, v: times(v),
            lambda times, v: torch.linalg.eigvalsh(times)[-1],
            lambda times, v: (whole(times, v)[-1], v),
        ]),
    'normalise_filters': dict(
        right=[by_loops, by_rows, by_einsum, filters_in_numpy],
        wrong=[
            lambda d, w: d,
            lambda d, w: w,
            lambda d, w: w / length(w) * length(d),
            lambda d, w: d / length(d, (0, 2, 3)) * length(w, (0, 2, 3)),
            lambda d, w: d / length(d, (0, 1)) * length(w, (0, 1)),
            lambda d, w: d / length(d, (2,)) * length(w, (2,)),
            lambda d, w: d / d.abs().amax((1, 2, 3), keepdim=True) * w.abs().amax((1, 2, 3), keepdim=True),
            lambda d, w: d / d.abs().sum((1, 2, 3), keepdim=True) * w.abs().sum((1, 2, 3), keepdim=True),
            lambda d, w: d / length(d) * length(w).mean(),
            lambda d, w: d / length(d) / length(w),
            lambda d, w: (d / length(d) * length(w)).flatten(1),
            lambda d, w: d / length(d) * (length(w) + 1e-3),
            lambda d, w: d / d.flatten(1).norm(dim=1) * w.flatten(1).norm(dim=1),
            lambda d, w: d / length(d) * w,
        ]),
}
