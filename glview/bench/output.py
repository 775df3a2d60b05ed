"""A report to the terminal and to files."""

import sys
from dataclasses import dataclass
from pathlib import Path

from glview.bench.comparing import Comparison, compare
from glview.bench.page import others, page
from glview.bench.report import Report, read_report
from glview.bench.tables import comparison_table, table
from glview.errors import GlviewError


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a report goes beside the terminal, and an earlier one it is compared with."""

    json: Path | None = None
    html: Path | None = None
    before: Report | None = None

    @classmethod
    def asked(cls, json: Path | None, html: Path | None, compare: Path | None) -> "Outputs":
        """As it was asked for, checked before minutes are spent; `GlviewError` names the file."""
        for path in (json, html):
            if path is not None:
                check_folder(path)
        return cls(json, html, None if compare is None else read_report(compare))

    def write(self, report: Report) -> None:
        """All of it; `GlviewError` names a file that cannot be written."""
        comparison = None if self.before is None else compare(self.before, report)
        sys.stdout.write(text(report, comparison))
        if self.json is not None:
            write_file(self.json, report.as_json())
        if self.html is not None:
            write_file(self.html, page(report, comparison, self.before))


def text(report: Report, comparison: Comparison | None = None) -> str:
    """For a terminal: the table, what changed, the noise, the verdict."""
    blocks = [table(report.rows)]
    if comparison is not None:
        blocks.append(comparison_table(comparison) + "\n")
    blocks.append(f"{others(report)}\n")
    if report.verdict:
        blocks.append("\n".join(report.verdict) + "\n")
    return "\n".join(blocks)


def check_folder(path: Path) -> None:
    """`GlviewError` where a file cannot be written since its folder is not there."""
    if not path.parent.is_dir():
        raise GlviewError(f"{path}: its folder does not exist")


def write_file(path: Path, content: str) -> None:
    """A text, as UTF-8; `GlviewError` names a file that cannot be written."""
    try:
        path.write_text(content, "utf-8")
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None
