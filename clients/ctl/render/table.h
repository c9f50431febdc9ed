// Tables that line up, whatever script the names are in.
//
//   Table table({{"PERSON"}, {"NAME", Align::kLeft, /*gives_way=*/true}, {"SCORE", Align::kRight}});
//   table.Add({"p1", "Zoë", "912"});
//   std::cout << table.Render(style, columns);
//
// Thread contract: one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "clients/ctl/render/style.h"

namespace cortado::ctl {

enum class Align { kLeft, kRight };

struct TableColumn {
  std::string title;
  Align align = Align::kLeft;
  // Becomes narrower, with an ellipsis, when the table is wider than the terminal.
  bool gives_way = false;
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns);

  // Adds a row; missing cells at its end are empty. What a terminal would act on is taken out.
  void Add(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  // Returns the lines of Render one by one, the title first, without line feeds.
  std::vector<std::string> Lines(const Style& style, int columns = 0, int indent = 0) const;

  // Returns the title line and one line a row, two spaces between columns, none at the end of a line. `columns` is the
  // room there is; 0: as much as needed. Each line begins with `indent` spaces.
  std::string Render(const Style& style, int columns = 0, int indent = 0) const;

 private:
  std::vector<size_t> Widths(int columns, int indent) const;
  std::string Line(const std::vector<std::string>& cells, const std::vector<size_t>& widths, int indent) const;

  std::vector<TableColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Names and values below one another, the values lined up.
std::string RenderFacts(const std::vector<std::pair<std::string, std::string>>& facts, const Style& style,
                        int indent = 0);

}  // namespace cortado::ctl
