#!/usr/bin/env python3
"""What terminal_svg.py promises: it shows what a terminal would show."""

import unittest
import xml.etree.ElementTree

import terminal_svg


def shown(text):
  return ["".join(character for character, _ in line) for line in terminal_svg.screen(text)]


class TerminalSvgTest(unittest.TestCase):

  def test_a_progress_bar_leaves_its_last_state(self):
    self.assertEqual(shown("10 %\r100 %\n"), ["100 %"])
    self.assertEqual(shown("working hard\r\x1b[Kdone\n"), ["done"])

  def test_colours_last_until_they_are_reset(self):
    line = terminal_svg.screen("\x1b[1;32mok\x1b[0m no")[0]
    self.assertEqual(list(terminal_svg.spans(line)), [(0, "ok", (terminal_svg.COLOURS[2], True, False, False)),
                                                      (3, "no", terminal_svg.PLAIN)])

  def test_256_colours_are_understood(self):
    style = terminal_svg.styled(terminal_svg.PLAIN, [38, 5, 196])
    self.assertEqual(style[0], "#ff0000")

  def test_wide_characters_take_two_columns(self):
    self.assertEqual([column for column, _, _ in terminal_svg.spans(terminal_svg.screen("日\x1b[1mx")[0])], [0, 2])

  def test_other_escapes_are_dropped(self):
    self.assertEqual(shown("\x1b]0;title\x07a\x1b[2Jb\x1b[?25lc"), ["abc"])

  def test_markup_is_escaped(self):
    picture = terminal_svg.draw("<b> & \"quotes\"\n", 'a "title"')
    root = xml.etree.ElementTree.fromstring(picture)
    self.assertIn('<b> & "quotes"', "".join(root.itertext()))
    self.assertEqual(root.get("aria-label"), 'a "title"')


if __name__ == "__main__":
  unittest.main()
