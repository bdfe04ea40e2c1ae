#!/usr/bin/env python3
"""Writes the sources that mistakes.py changes, with all of its mistakes in them, for the build.

    plant.py --files          the sources, a line each, as paths below lib/
    plant.py DIRECTORY        writes them there, and planted.h, which chooses one of the mistakes

A source whose content stays the same is not touched. Ends with an error when the place of a mistake is
not there exactly once: whoever changes the code that a mistake is about changes the mistake, too.
"""
import pathlib
import sys

from mistakes import MISTAKES

LIB = pathlib.Path(__file__).resolve().parent.parent.parent / "lib"
HEADER = """#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace estream {

// Whether this run is to show what comes of the mistake of this name.
inline bool planted(std::string_view mistake) {
  static const char* const chosen = std::getenv("ESTREAM_PLANTED");
  return chosen != nullptr && mistake == chosen;
}

}  // namespace estream
"""


def planted_sources():
    """Path below lib/ -> its text with the mistakes."""
    texts = {}
    for mistake in MISTAKES:
        text = texts.get(mistake.file) or (LIB / mistake.file).read_text()
        if text.count(mistake.place) != 1:
            sys.exit(f"plant.py: '{mistake.name}': lib/{mistake.file} has its place "
                     f"{text.count(mistake.place)} times, mend tests/prove/mistakes.py")
        planted = mistake.planted.replace("PLANTED", f'planted("{mistake.name}")')
        texts[mistake.file] = text.replace(mistake.place, planted)
    return {file: f'#include "planted.h"\n{text}' for file, text in texts.items()}


def write_if_changed(path, text):
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main():
    if sys.argv[1:] == ["--files"]:
        print("\n".join(planted_sources()))
        return
    directory = pathlib.Path(sys.argv[1])
    write_if_changed(directory / "planted.h", HEADER)
    for file, text in planted_sources().items():
        write_if_changed(directory / file, text)


main()
