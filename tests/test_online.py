"voc() against a small archive of the same form, which this computer serves: whole, cut short, damaged, held back, not at all."
import errno
import hashlib
import http.server
import io
import subprocess
import sys
import tarfile
import threading
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

import coursekit as ck
from coursekit.datasets import online
from torchvision.datasets import voc as torchvision_voc

PHOTOS = dict(      # name -> its colour, and its objects: class, difficult
    a=((200, 40, 40), [('dog', 0), ('dog', 1), ('cat', 1)]), b=((40, 200, 40), [('person', 0), ('sofa', 0)]), c=((40, 40, 200), []),
    d=((120, 120, 120), [('tvmonitor', 1)]), e=((250, 250, 250), [('aeroplane', 0)]))
PARTS = dict(train='abc', val='de')


def archive():
    "The bytes of a tar as the challenge has it, with five photographs."
    files = {f'ImageSets/Main/{part}.txt': '\n'.join(names).encode() + b'\n' for part, names in PARTS.items()}
    for name, (colour, objects) in PHOTOS.items():
        Image.new('RGB', (40, 30), colour).save(jpg := io.BytesIO(), 'jpeg', quality=95)
        objects = ''.join(f'<object><name>{k}</name><difficult>{d}</difficult><bndbox><xmin>1</xmin></bndbox></object>' for k, d in objects)
        files |= {f'JPEGImages/{name}.jpg': jpg.getvalue(), f'Annotations/{name}.xml': f'<annotation><filename>{name}.jpg</filename>{objects}</annotation>'.encode()}
    with tarfile.open(fileobj=(out := io.BytesIO()), mode='w') as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(f'VOCdevkit/VOC2007/{name}')
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): ...

    def do_GET(self):
        web, body = self.server.web, self.server.web.body
        if web.how == 'gone': return self.send_error(404)
        first, web.first = web.first, False                 # before the answer begins: the next question may come as soon as it does
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if first: return                                    # torchvision asks twice: the first time it looks for a redirection only
        web.first, web.sent = True, web.sent + 1
        if web.how == 'damaged': body = body[:-9999] + bytes(9999)
        self.wfile.write(body if web.how in ('whole', 'damaged') else body[:len(body) // 2])
        self.wfile.flush()
        web.half.set()
        if web.how == 'held back': web.over.wait(60)


@pytest.fixture
def web(monkeypatch):
    "A server on this computer, in the place of the challenge's. `how`: what it does; `sent`: how often it was asked for the archive."
    body = archive()
    web = SimpleNamespace(how='whole', body=body, sent=0, first=True, half=threading.Event(), over=threading.Event(), md5=hashlib.md5(body).hexdigest())
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.web, server.daemon_threads = web, True
    web.url = f'http://127.0.0.1:{server.server_port}/VOCtrainval_06-Nov-2007.tar'
    monkeypatch.setitem(torchvision_voc.DATASET_YEAR_DICT, '2007', torchvision_voc.DATASET_YEAR_DICT['2007'] | dict(url=web.url, md5=web.md5))
    monkeypatch.setenv('no_proxy', '*')
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield web
    web.over.set()
    server.shutdown()
    server.server_close()


def is_right(data, size=8):
    "Photographs and labels are those of the archive."
    names = [list(s) for s in PARTS.values()]
    for (x, y), difficult, part in zip((data.train, data.valid), (data.difficult.train, data.difficult.valid), names):
        assert x.shape == (len(part), 3, size, size) and x.dtype == y.dtype == torch.float32
        for i, name in enumerate(part):
            colour, objects = PHOTOS[name]
            assert (x[i] - torch.tensor(colour)[:, None, None] / 255).abs().max() < .02
            sure = {k for k, d in objects if not d}
            assert {data.classes[k] for k in y[i].nonzero()[:, 0]} == sure
            assert {data.classes[k] for k in difficult[i].nonzero()[:, 0]} == {k for k, d in objects} - sure


def test_loads_once_and_then_needs_no_network(web, tmp_path, capsys):
    is_right(ck.voc(8, root=tmp_path))
    said = capsys.readouterr()
    assert '460 MB' in said.out and web.url in said.out and str(tmp_path) in said.out and 'reading train' in said.out
    web.how = 'gone'
    is_right(ck.voc(8, root=tmp_path)); is_right(ck.voc(12, root=tmp_path), 12)
    assert web.sent == 1 and 'PASCAL' not in capsys.readouterr().out
    (tmp_path/'voc2007/8.pt').write_bytes(b'PK nonsense')                   # what was kept in this size is damaged: read the photographs again
    is_right(ck.voc(8, root=tmp_path))


def test_the_cache_can_be_named(web, tmp_path, monkeypatch):
    monkeypatch.setenv('COURSEKIT_CACHE', str(tmp_path/'shared'))
    is_right(ck.voc(8))
    assert (tmp_path/'shared/voc2007/VOCdevkit').is_dir()


def test_an_archive_put_there_by_hand_is_taken(web, tmp_path):
    web.how = 'gone'
    (tmp_path/'voc2007').mkdir()
    (tmp_path/'voc2007/VOCtrainval_06-Nov-2007.tar').write_bytes(web.body)
    is_right(ck.voc(8, root=tmp_path))
    assert web.sent == 0


@pytest.mark.parametrize('how', ['gone', 'short', 'damaged', 'held back'])
def test_one_clear_error_and_mended_at_the_next_call(web, tmp_path, monkeypatch, capsys, how):
    web.how = how
    if how == 'held back': monkeypatch.setattr(online, '_PATIENCE', .5)
    with pytest.raises(ConnectionError) as e: ck.voc(8, root=tmp_path)
    says = str(e.value)
    assert web.url in says and "ck.scenes(truth='labels')" in says and str(tmp_path) in says
    assert {'gone': '404', 'held back': 'timed out', 'damaged': 'corrupted'}.get(how, '') in says and e.value.__cause__ is None and e.value.__suppress_context__
    capsys.readouterr()
    monkeypatch.setattr(online, '_PATIENCE', 30)
    web.how, web.first = 'whole', True
    is_right(ck.voc(8, root=tmp_path))
    assert 'did not come to its end' in capsys.readouterr().out
    is_right(ck.voc(8, root=tmp_path))


def test_nobody_listens(web, tmp_path, monkeypatch):
    monkeypatch.setitem(torchvision_voc.DATASET_YEAR_DICT['2007'], 'url', 'http://127.0.0.1:9/x.tar')
    with pytest.raises(ConnectionError, match='127.0.0.1:9'): ck.voc(8, root=tmp_path)
    monkeypatch.setitem(torchvision_voc.DATASET_YEAR_DICT['2007'], 'url', web.url)
    is_right(ck.voc(8, root=tmp_path))


def test_a_killed_kernel(web, tmp_path, capsys):
    "The process dies in the middle of the archive: nobody tidies up."
    web.how = 'held back'
    code = (f"from torchvision.datasets.voc import DATASET_YEAR_DICT as d; d['2007'] |= dict(url={web.url!r}, md5={web.md5!r}); "
            f"import coursekit as ck; ck.voc(8, root={str(tmp_path)!r})")
    child = subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try: assert web.half.wait(300)
    finally: child.kill(); child.wait()
    assert (tmp_path/'voc2007/.begun').exists()
    web.how, web.first = 'whole', True
    is_right(ck.voc(8, root=tmp_path))
    assert 'did not come to its end' in capsys.readouterr().out and web.sent == 2


def test_ctrl_c_while_unpacking(web, tmp_path, monkeypatch):
    whole = tarfile.TarFile.extractall
    def interrupted(tar, path='.', *args, **kw):
        tar.extract(tar.getmembers()[0], path)
        raise KeyboardInterrupt
    monkeypatch.setattr(tarfile.TarFile, 'extractall', interrupted)
    with pytest.raises(KeyboardInterrupt): ck.voc(8, root=tmp_path)
    monkeypatch.setattr(tarfile.TarFile, 'extractall', whole)
    web.how = 'gone'
    is_right(ck.voc(8, root=tmp_path))          # the archive had arrived
    assert web.sent == 1


@pytest.mark.parametrize('spoil', ['cut', 'gone', 'xml', 'folder'])
def test_a_file_that_is_damaged_later(web, tmp_path, spoil):
    ck.voc(8, root=tmp_path)
    voc = tmp_path/'voc2007/VOCdevkit/VOC2007'
    if spoil == 'cut': (p := voc/'JPEGImages/b.jpg').write_bytes(p.read_bytes()[:300])
    if spoil == 'gone': (voc/'JPEGImages/e.jpg').unlink()
    if spoil == 'xml': (voc/'Annotations/d.xml').write_text('<annotation><object>')
    if spoil == 'folder': voc.rename(tmp_path/'away')
    web.how = 'gone'
    is_right(ck.voc(8, root=tmp_path))          # kept in this size
    with pytest.raises(RuntimeError, match='Call again'): ck.voc(9, root=tmp_path)
    is_right(ck.voc(9, root=tmp_path), 9)
    assert web.sent == 1


def test_a_full_disk_is_no_fault_of_the_network(web, tmp_path, monkeypatch):
    def full(*args, **kw): raise OSError(errno.ENOSPC, 'No space left on device')
    monkeypatch.setattr('torchvision.datasets.utils._urlretrieve', full)
    with pytest.raises(OSError, match='No space') as e: ck.voc(8, root=tmp_path)
    assert not isinstance(e.value, ConnectionError)


def test_two_notebooks_at_the_same_time(web, tmp_path):
    got = []
    both = [threading.Thread(target=lambda: got.append(ck.voc(8, root=tmp_path))) for _ in range(2)]
    for t in both: t.start()
    for t in both: t.join()
    assert web.sent == 1
    for data in got: is_right(data)


def test_time_limits_of_others_stay(web, tmp_path):
    import socket
    ck.voc(8, root=tmp_path)
    assert socket.getdefaulttimeout() is None
