"""The commands. They join rooms and calculate nothing."""

from __future__ import annotations

import logging
from importlib import import_module

import click

from locatiescan import __version__
from locatiescan.collecting import seldom_collected
from locatiescan.errors import LocatiescanError

COMMANDS = {
    "run": "run:run",
    "rerun": "rerun:rerun",
    "fetch": "sources:fetch",
    "sources": "sources:sources",
    "check": "check:check",
    "demo": "demo:demo",
    "explain": "explain:explain_place",
    "diff": "diff:diff",
    "sensitivity": "sensitivity:sensitivity",
    "aerius": "aerius:aerius",
    "factsheet": "factsheet:factsheet",
    "status": "status:status",
    "portfolio": "portfolio:portfolio",
    "backtest": "backtest:backtest_sites",
}
"""Module of this room and function of each command."""


class _Shown(click.ClickException):
    def __init__(self, message: str, exit_code: int):
        super().__init__(message)
        self.exit_code = exit_code  # pyright: ignore[reportAttributeAccessIssue]


class _Group(click.Group):
    """Shows a user's mistake without a traceback, with the exit code of its kind; imports a command when it is asked.

    All of them together take twice as long to import as the usual one.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        return getattr(import_module(f"{__name__}.{module}"), function)

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
    ctx.with_resource(seldom_collected())  # the import of a command makes many objects too
    if verbose:
        logging.basicConfig(format="%(message)s", level=logging.INFO)
        logging.getLogger("locatiescan").setLevel(logging.DEBUG)
