"""Unit tests reach no network: a socket opened by one of them is an error."""

from pytest_socket import disable_socket


def pytest_runtest_setup() -> None:
    disable_socket()
