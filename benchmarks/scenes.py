"A thousand scenes of 32 x 32, beside the loop one writes by hand: one scene after the other, drawn by Pillow four times as large and shrunk."
import argparse
import datetime
import time

import numpy as np
import torch
from PIL import Image, ImageDraw
from readme import put_table
from task import environment, ratio

import coursekit as ck

N, SIZE, FINE = 1000, 32, 4

def drawn(draw, kind, x, y, r, fill):
    "One shape on Pillow's canvas."
    box, w, t = (x - r, y - r, x + r, y + r), .15 * r, .866 * r
    if kind == 0: draw.ellipse(box, fill=fill)
    if kind == 1: draw.rectangle((x - .7 * r, y - .7 * r, x + .7 * r, y + .7 * r), fill=fill)
    if kind == 2: draw.polygon([(x, y - r), (x - t, y + r / 2), (x + t, y + r / 2)], fill=fill)
    if kind == 3: draw.ellipse(box, outline=fill, width=round(2 * w))
    if kind == 4:
        draw.rectangle((x - r, y - w, x + r, y + w), fill=fill)
        draw.rectangle((x - w, y - r, x + w, y + r), fill=fill)

def by_hand():
    "Images, masks and boxes of scenes with none to four shapes, without a rule for how they overlap."
    g, side = np.random.default_rng(0), SIZE * FINE
    images, masks, boxes = [], [], np.full((N, 4, 5), -1.)
    for n in range(N):
        image, mask = Image.new('RGB', (side, side), (int(g.integers(90)),) * 3), Image.new('L', (side, side))
        for k in g.permutation(5)[:n % 5]:
            r = side * g.uniform(.14, .24)
            x, y = g.uniform(r, side - r, 2)
            drawn(ImageDraw.Draw(image), k, x, y, r, tuple(g.integers(100, 256, 3).tolist()))
            drawn(ImageDraw.Draw(mask), k, x, y, r, int(k) + 1)
        mask = np.asarray(mask.resize((SIZE, SIZE), Image.NEAREST))
        for i, k in enumerate(np.unique(mask[mask > 0])):
            rows, columns = np.nonzero(mask == k)
            boxes[n, i] = k - 1, columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        images.append(np.asarray(image.resize((SIZE, SIZE), Image.BOX), dtype=np.float32) / 255)
        masks.append(mask)
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous()
    return (x + .1 * torch.randn_like(x)).clamp(0, 1), torch.from_numpy(np.stack(masks)).long(), torch.from_numpy(boxes)

WAYS = {'coursekit': lambda: ck.scenes(N, SIZE, valid=0), 'hand': by_hand}

if __name__ == '__main__':
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--rounds', type=int, default=15)
    args = p.parse_args()
    torch.set_num_threads(1)
    times = {name: [] for name in WAYS}
    for way in WAYS.values(): way()
    for r in range(args.rounds):
        for name, way in list(WAYS.items())[::1 if r % 2 else -1]:
            begin = time.process_time()
            way()
            times[name].append(time.process_time() - begin)
    middle = {name: sorted(t)[len(t) // 2] for name, t in times.items()}
    text = '\n'.join([f'Measured {datetime.date.today()}: {", ".join(f"{k} {v}" for k, v in environment().items())}; {args.rounds} rounds.', '',
                      '| | s | hand-written / coursekit |', '| --- | --- | --- |',
                      '| 1,000 scenes | {:.2f} | {:.1f} ({:.1f} to {:.1f}) |'.format(middle['coursekit'], *ratio(times['hand'], times['coursekit']))])
    print(text)
    put_table('scenes', text)
