"""The commands. They join rooms and calculate nothing."""

from __future__ import annotations

import logging

import click

from locatiescan import __version__
from locatiescan.cli.aerius import aerius
from locatiescan.cli.check import check
from locatiescan.cli.demo import demo
from locatiescan.cli.diff import diff
from locatiescan.cli.explain import explain_place
from locatiescan.cli.factsheet import factsheet
from locatiescan.cli.rerun import rerun
from locatiescan.cli.run import run
from locatiescan.cli.sensitivity import sensitivity
from locatiescan.cli.sources import fetch, sources
from locatiescan.errors import LocatiescanError


class _Shown(click.ClickException):
    def __init__(self, message: str, exit_code: int):
        super().__init__(message)
        self.exit_code = exit_code  # pyright: ignore[reportAttributeAccessIssue]


class _Group(click.Group):
    """Shows a user's mistake without a traceback, with the exit code of its kind."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except LocatiescanError as error:
            raise _Shown(str(error), error.exit_code) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="locatiescan")
@click.option("-v", "--verbose", is_flag=True, help="Laat ook elke aanvraag zien.")
@click.option("-q", "--quiet", is_flag=True, help="Alleen fouten en de uitkomst.")
@click.pass_context
def main(ctx: click.Context, verbose: bool, quiet: bool) -> None:
    """Waar kunnen flexwoningen staan? Locatiescan voor Nederlandse gemeenten."""
    ctx.obj = {"quiet": quiet}
    if verbose:
        logging.basicConfig(format="%(message)s", level=logging.INFO)
        logging.getLogger("locatiescan").setLevel(logging.DEBUG)


main.add_command(run)
main.add_command(rerun)
main.add_command(fetch)
main.add_command(sources)
main.add_command(check)
main.add_command(demo)
main.add_command(explain_place)
main.add_command(diff)
main.add_command(sensitivity)
main.add_command(aerius)
main.add_command(factsheet)
