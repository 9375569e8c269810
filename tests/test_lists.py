"What is told of a lesson elsewhere comes from the lesson: the lists, the README, the pictures."
import json
import re
import sys

import pytest
from lab import ROOT

sys.path.insert(0, str(ROOT/'docs'))
from lists import Lesson, derived, index_table, lessons, put, read, readme_table, row  # noqa: E402
from pictures import picture_of  # noqa: E402

HEAD = '# 12 · Convolution\n\n**One small matrix, everywhere.**\n\n*About 40 minutes. No network.* More.\n\nText.'


def written(folder, *sources, name='12_convolution.ipynb', tags=()):
    "A lesson with this first cell and these cells of code, of which some have the tag `picture`."
    cells = [dict(cell_type='code', id=f'c{i}', metadata=dict(tags=['picture'] if i in tags else []), source=s)
             for i, s in enumerate(sources)]
    cells[0] |= dict(cell_type='markdown', id='title')
    (folder/name).write_text(json.dumps(dict(cells=cells)), 'utf-8')
    return folder/name


def test_what_is_derived_is_current():
    for path, text in derived().items():
        assert path.read_text('utf-8') == text, f'{path.relative_to(ROOT)} is not what the lessons say: run make readme'


def test_a_first_cell_tells_it_all(tmp_path):
    lesson = read(written(tmp_path, HEAD))
    assert lesson[1:] == ('Convolution', 'One small matrix, everywhere.', '40')
    assert lesson.short == lesson.number == '12'
    gym = HEAD.replace('12 · ', '').replace('40 minutes.', '10 minutes, and 2 for each case; or more.')
    other = read(written(tmp_path, gym, name='bug_gym.ipynb'))
    assert other.time == '10, and 2 for each case' and (other.short, other.number) == ('bug_gym', '')
    assert read(written(tmp_path, HEAD.replace('About 40 minutes', 'As you like'))).time == 'as you like'


@pytest.mark.parametrize('there, instead, lacks', [
    ('# 12 · Convolution', '# Convolution', 'a title'), ('12 ·', '13 ·', '`# 12 · One cycle`'),
    ('# 12', '## 12', 'a title'),
    ('**One small matrix, everywhere.**\n\n', '', 'a line in bold'),
    ('everywhere.**', 'everywhere.** More.', 'a line in bold'),
    ('One small matrix, everywhere.', '...', 'a line in bold'), ('40', '...', 'how long it takes'),
    ('About 40 minutes', 'A while', 'how long it takes'), ('*About 40 minutes. No network.*', '', 'how long it takes'),
])
def test_one_that_lacks_something_is_refused(tmp_path, there, instead, lacks):
    assert there in HEAD
    with pytest.raises(ValueError, match='lessons/12_convolution.ipynb: the first cell lacks') as e:
        read(written(tmp_path, HEAD.replace(there, instead)))
    assert lacks in str(e.value)


def test_tables():
    one = Lesson(ROOT/'12_a.ipynb', 'A | B', 'Why?', '40')
    other = Lesson(ROOT/'gym.ipynb', 'Gym', 'What?', 'as you like')
    assert row('', 'a') == '| | a |\n'
    assert readme_table([one, other]).splitlines()[2:] == [
        '| 12 | [A \\| B](../lessons/12_a.ipynb) | Why? |', '| | [Gym](../lessons/gym.ipynb) | What? |']
    assert '| ![](img/12.png) | [**12 · A \\| B**](12_a.ipynb)<br>Why? | 40 |' in index_table([one, other])
    assert '| ![](img/gym.png) | [**Gym**](gym.ipynb)<br>What? | as you like |' in index_table([one, other])


def test_a_cell_without_a_place_for_it_is_named():
    with pytest.raises(ValueError, match='the cell `x` has nothing like'):
        put(dict(cells=[dict(id='x', source=['text'])]), 'x', re.compile(r'^\|.*\n', re.M), '| a |')


@pytest.mark.parametrize('lesson', lessons(), ids=lambda x: x.short)
def test_each_lesson_has_a_picture(lesson):
    assert picture_of(lesson.path) > 0


def test_the_picture_is_that_of_the_tag_or_the_atlas(tmp_path):
    code = 'x = 1', "ck.watch(learn, atlas='12')", 'ck.explore(f)'
    assert picture_of(written(tmp_path, HEAD, *code)) == 2
    assert picture_of(written(tmp_path, HEAD, *code, tags=[3])) == 3
    for cells, tags in ((code[:1], []), (code, [1, 3])):
        with pytest.raises(ValueError, match='12_convolution.ipynb: [02] cells .* give one cell the tag `picture`'):
            picture_of(written(tmp_path, HEAD, *cells, tags=tags))
