#!/usr/bin/env python3
"""Draws terminal output as an SVG: COMMAND | tools/terminal_svg.py [TITLE] > picture.svg

Understands UTF-8, SGR colours (8, 16 and 256), bold, dim, underline, carriage return and erase-to-end-of-line, which is what
progress bars use. Other escape sequences are dropped. The picture is plain text in the file: a diff of it can be read.
"""

import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL_WIDTH, LINE_HEIGHT, FONT_SIZE, MARGIN, TITLE_HEIGHT = 8.4, 19, 14, 16, 32
BACKGROUND, FOREGROUND, TITLE = "#1e1e24", "#d8d8dc", "#9a9aa2"
COLOURS = ["#45454f", "#f2777a", "#99cc99", "#ffcc66", "#6fb3f2", "#cc99cc", "#66cccc", "#d8d8dc",
           "#80808c", "#ff8f91", "#b5e0b5", "#ffe08a", "#93c9ff", "#e0b0e0", "#8ae0e0", "#ffffff"]
ESCAPE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
PLAIN = (None, False, False, False)  # colour, bold, dim, underlined


def colour_of_256(number):
  """Returns the colour of xterm's 256 as #rrggbb."""
  if number < 16:
    return COLOURS[number]
  if number < 232:
    levels = [0, 95, 135, 175, 215, 255]
    number -= 16
    return "#%02x%02x%02x" % (levels[number // 36], levels[number // 6 % 6], levels[number % 6])
  return "#%02x%02x%02x" % ((8 + 10 * (number - 232),) * 3)


def styled(style, codes):
  """Returns `style` after the SGR `codes` (numbers)."""
  colour, bold, dim, underlined = style
  codes = list(codes)
  while codes:
    code = codes.pop(0)
    if code == 0:
      colour, bold, dim, underlined = PLAIN
    elif code in (1, 2, 4):
      bold, dim, underlined = bold or code == 1, dim or code == 2, underlined or code == 4
    elif code == 22:
      bold = dim = False
    elif code == 24:
      underlined = False
    elif 30 <= code <= 37 or 90 <= code <= 97:
      colour = COLOURS[code - 30 if code < 90 else code - 82]
    elif code == 39:
      colour = None
    elif code in (38, 48) and codes[:1] == [5] and len(codes) > 1:
      colour = colour_of_256(codes[1]) if code == 38 else colour
      del codes[:2]
  return colour, bold, dim, underlined


def width_of(character):
  if unicodedata.combining(character):
    return 0
  return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def screen(text):
  """Returns `text` as a list of lines; a line is a list of (character, style) by column, as a terminal would show it."""
  lines, line, column, style, at = [], [], 0, PLAIN, 0
  while at < len(text):
    found = ESCAPE.match(text, at)
    if found:
      at = found.end()
      if found.group(2) == "m":
        style = styled(style, [int(code or 0) for code in found.group(1).split(";")])
      elif found.group(2) == "K":
        del line[column:]
      continue
    character = text[at]
    at += 1
    if character == "\n":
      lines.append(line)
      line, column = [], 0
    elif character == "\r":
      column = 0
    elif character == "\t":
      column += 8 - column % 8
    elif character >= " ":
      width = width_of(character)
      if width == 0 and column > 0:
        line[column - 1] = (line[column - 1][0] + character, line[column - 1][1])
        continue
      line.extend([(" ", PLAIN)] * (column + width - len(line)))
      line[column:column + width] = [(character, style)] + [("", style)] * (width - 1)
      column += width
  return lines + [line] if line else lines


def spans(line):
  """Yields (column, text, style) for each run of one style; runs of plain blanks are left out."""
  start = 0
  while start < len(line):
    end = start
    while end < len(line) and line[end][1] == line[start][1]:
      end += 1
    text = "".join(character for character, _ in line[start:end])
    if text.strip():
      lead = len(text) - len(text.lstrip(" "))
      yield start + lead, text.strip(" "), line[start][1]
    start = end


def attributes(style):
  colour, bold, dim, underlined = style
  made = f' fill="{colour}"' if colour else ""
  made += ' font-weight="bold"' if bold else ""
  made += ' opacity="0.65"' if dim else ""
  return made + (' text-decoration="underline"' if underlined else "")


def draw(text, title):
  """Returns the SVG of `text` in a window that says `title`."""
  lines = screen(text)
  while lines and not lines[-1]:
    lines.pop()
  columns = max([80, *map(len, lines)])
  width = round(columns * CELL_WIDTH + 2 * MARGIN)
  height = TITLE_HEIGHT + len(lines) * LINE_HEIGHT + 2 * MARGIN
  made = [
      f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
      f' aria-label="{escape(title, {chr(34): "&quot;"})}">',
      f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>',
      *(f'<circle cx="{20 + 18 * i}" cy="16" r="5" fill="{colour}"/>' for i, colour in enumerate(COLOURS[1:4])),
      f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="{FONT_SIZE}"'
      f' fill="{FOREGROUND}" xml:space="preserve"><style>text {{ white-space: pre }}</style>',
      f'<text x="{width / 2:g}" y="21" text-anchor="middle" fill="{TITLE}">{escape(title)}</text>',
  ]
  for row, line in enumerate(lines, 1):
    y = TITLE_HEIGHT + MARGIN + row * LINE_HEIGHT - 5
    parts = "".join(f'<tspan x="{MARGIN + column * CELL_WIDTH:g}"{attributes(style)}>{escape(part)}</tspan>'
                    for column, part, style in spans(line))
    if parts:
      made.append(f'<text y="{y}">{parts}</text>')
  return "\n".join(made + ["</g>", "</svg>"]) + "\n"


def main(arguments):
  text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
  sys.stdout.write(draw(text, arguments[0] if arguments else "cortado"))


if __name__ == "__main__":
  main(sys.argv[1:])
