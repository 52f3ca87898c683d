from tests.e2e.suite_fair import hold
from tests.e2e.suite_stage import staged
import time


def test_it(tmp_path):
    t = time.time()
    with staged(tmp_path) as stage:
        print("open", time.time() - t)
        hold(stage)
        print("held", time.time() - t, stage.counts())
