"""Pages are whole where neither what draws charts nor what sets papers is installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.web.conftest import client_of, read


@pytest.mark.parametrize("path", ["/board/SCP", "/benefit/SCP-PROC", "/years/SCP", "/timeline/SCP"])
def test_a_page_is_whole_without_charts_and_papers(pages, demo, monkeypatch, path):
    with_them = read(pages, path)
    monkeypatch.setattr("web.pictures.find_spec", lambda name: None)

    with client_of(demo) as client:
        page = read(client, path)
        assert page.tables == with_them.tables
        assert "img" not in {tag for tag, _ in page.tags}
        assert not any(link.startswith(("/chart/", "/paper/")) for link in page.links)
        assert client.get("/chart/timeline/SCP.svg").status_code == 404
        assert client.get("/paper/SCP.pdf").status_code == 404


def test_what_draws_and_sets_is_loaded_only_where_it_is_used():
    said = "import sys, web.app; print(sorted({'vl_convert', 'typst', 'xlsxwriter'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
