"""A WebKit of the tests, as Debian ships it: its MiniBrowser led by WebDriver, on a screen that nobody sees."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import frame_to_be_available_and_switch_to_it
from selenium.webdriver.support.ui import WebDriverWait

from tests.lti.in_browser.stage import FRAME

DRIVER = "/usr/bin/WebKitWebDriver"
BROWSERS = "*/webkit2gtk-4.*/MiniBrowser"
SECONDS = 15
_SAYS = "starts-with(normalize-space(), '{}')"


class Keeps(StrEnum):
    """What WebKit does with cookies of a page in another site's frame; it has no partitioned ones."""

    ALL = "--cookies-policy=always"
    SENDS_FIRST_PARTY_ONES = "--cookies-policy=no-third-party"
    """The default: a frame sets none, but what a window of its own set is sent from the frame too."""
    NONE = "--enable-itp"
    """Tracking prevention, as in GNOME Web: a frame neither sets nor sends any."""


@contextmanager
def screen() -> Iterator[str]:
    """The name of an X display of our own: WebKitGTK has no headless mode."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1100x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            number = server.stdout.readline().strip()
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            server.terminate()


@contextmanager
def webkit(display: str, keeps: Keeps) -> Iterator[Window]:
    """A browser that forgets everything at its end."""
    browsers = sorted(Path("/usr/lib").glob(BROWSERS))
    assert browsers, f"no {BROWSERS}: it comes with webkit2gtk-driver"
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(browsers[-1])
    for argument in ("--automation", str(keeps)):
        options.add_argument(argument)
    options.accept_insecure_certs = True
    service = webdriver.WebKitGTKService(DRIVER, env={**os.environ, "DISPLAY": display})
    service.start()
    try:
        connection = RemoteConnection(client_config=ClientConfig(service.service_url, timeout=2 * SECONDS))
        driver = webdriver.Remote(connection, options=options)
        driver.set_page_load_timeout(SECONDS)
        try:
            yield Window(driver)
        finally:
            driver.quit()
    finally:
        service.stop()


class Window:
    """What a person sees and does; every look waits for what it expects."""

    def __init__(self, driver: webdriver.Remote) -> None:
        self.driver = driver
        self._first = driver.current_window_handle

    def open(self, url: str) -> None:
        """As typed into the address line."""
        self.driver.get(url)

    def step_into_frame(self) -> None:
        """What follows is about the tool inside Moodle's page."""
        self.driver.switch_to.default_content()
        self._wait(frame_to_be_available_and_switch_to_it((By.CSS_SELECTOR, FRAME)))

    def go_back(self) -> None:
        """The browser's button; the driver's own command waits for the whole page, and only the frame goes."""
        self.driver.execute_script("setTimeout(() => history.back())")

    def click_to_new_window(self, words: str) -> None:
        """Click; what follows is about the window that this opens."""
        before = set(self.driver.window_handles)
        self.click(words)
        (opened,) = self._wait(lambda driver: set(driver.window_handles) - before)
        self.driver.switch_to.window(opened)

    def step_back_to_first_window(self) -> None:
        """What follows is about the window that was there at first."""
        self.driver.switch_to.window(self._first)

    def see(self, selector: str, text: str) -> None:
        """Wait until something there says `text`."""
        self._wait(
            lambda driver: any(text in each.text for each in driver.find_elements("css selector", selector))
        )

    def value_of(self, label: str) -> str:
        """What stands in a field."""
        return str(self._field(label).get_property("value"))

    def click(self, words: str) -> None:
        """A link or button by its words."""
        self._find(f"//*[self::a or self::button][{_SAYS.format(words)}]").click()

    def fill(self, label: str, value: str) -> None:
        """Type into a field instead of what stood there."""
        field = self._field(label)
        field.clear()
        field.send_keys(value)

    def _field(self, words: str) -> WebElement:
        label = f"//label[{_SAYS.format(words)}]"
        return self._find(f"{label}//input | //*[@id = {label}/@for]")

    def _find(self, path: str) -> WebElement:
        found: WebElement = self._wait(lambda driver: driver.find_element(By.XPATH, path))
        return found

    def _wait(self, until: Callable[[Any], Any]) -> Any:
        gone = (NoSuchElementException, StaleElementReferenceException)
        return WebDriverWait(self.driver, SECONDS, 0.1, gone).until(until)
