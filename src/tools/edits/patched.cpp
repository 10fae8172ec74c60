#include <algorithm>
#include <span>
#include <utility>

#include <executus/base/error.hpp>

#include "base/text.hpp"
#include "tools/edits/normal_text.hpp"
#include "tools/edits/patch.hpp"

namespace executus::tools {
namespace {

// A line of the file, as its hunks see it.
struct FileLine {
  std::string_view text;
  std::size_t begin = 0;  // in the normal text
  std::size_t end = 0;    // likewise, behind its line end
};

std::vector<FileLine> lines_of(const std::string& text) {
  std::vector<FileLine> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    auto found = text.find('\n', begin);
    auto end = found == std::string::npos ? text.size() : found + 1;
    auto bare = std::string_view(text).substr(begin, (found == std::string::npos ? end : found) - begin);
    lines.push_back({bare, begin, end});
    begin = end;
  }
  return lines;
}

std::vector<std::string_view> old_lines(const Hunk& hunk) {
  std::vector<std::string_view> lines;
  for (const auto& line : hunk.lines)
    if (line.kind != '+') lines.push_back(line.text);
  return lines;
}

class Application final {
 public:
  Application(std::string_view bytes, const std::vector<Hunk>& hunks)
      : bytes_(bytes), hunks_(hunks), file_(bytes), lines_(lines_of(file_.text())) {}

  std::string result() {
    for (std::size_t i = 0; i < hunks_.size(); ++i) apply(hunks_[i], i + 1);
    return spliced(bytes_, splices_);
  }

 private:
  void apply(const Hunk& hunk, std::size_t number) {
    auto line = place_of(hunk, number);
    numbers_hold_ = numbers_hold_ && (!hunk.line || line == stated(hunk));
    for (std::size_t i = 0; i < hunk.lines.size();) {
      if (hunk.lines[i].kind == ' ') {
        ++line, ++i;
        continue;
      }
      auto first = i;
      std::size_t removed = 0;
      for (; i < hunk.lines.size() && hunk.lines[i].kind != ' '; ++i) removed += hunk.lines[i].kind == '-' ? 1 : 0;
      change({hunk.lines.begin() + static_cast<std::ptrdiff_t>(first),
              hunk.lines.begin() + static_cast<std::ptrdiff_t>(i)},
             line, removed);
      line += removed;
    }
    next_ = line;
  }

  static std::size_t stated(const Hunk& hunk) { return *hunk.line == 0 ? 0 : *hunk.line - 1; }

  bool stands_at(const std::vector<std::string_view>& old, std::size_t at) const {
    if (at < next_ || at > lines_.size() || old.size() > lines_.size() - at) return false;
    return std::ranges::equal(old, std::span(lines_).subspan(at, old.size()), {}, {}, &FileLine::text);
  }

  std::size_t place_of(const Hunk& hunk, std::size_t number) const {
    auto old = old_lines(hunk);
    std::string name = "hunk " + std::to_string(number);
    if (old.empty() && lines_.empty()) return 0;
    if (old.empty())
      throw failed("tool.patch",
                   name + " has only lines that come; give it lines around them, which say where they go");
    if (hunk.line && numbers_hold_ && stands_at(old, stated(hunk))) return stated(hunk);
    return only_place_of(old, name);
  }

  std::size_t only_place_of(const std::vector<std::string_view>& old, const std::string& name) const {
    std::optional<std::size_t> found;
    for (auto at = next_; at + old.size() <= lines_.size(); ++at) {
      if (!stands_at(old, at)) continue;
      if (found)
        throw failed("tool.patch", name + " fits at line " + std::to_string(*found + 1) + " and at line " +
                                       std::to_string(at + 1) + "; give it more lines around the change");
      found = at;
    }
    if (!found)
      throw failed("tool.patch", name + " does not fit: its lines that stay and go, from '" +
                                     std::string(clip(old.front(), 100)) +
                                     "' on, are not in the file in this order; read the file again");
    return *found;
  }

  // Replaces `removed` lines from `line` on by those of `changed` that come.
  void change(const std::vector<PatchLine>& changed, std::size_t line, std::size_t removed) {
    auto begin = line < lines_.size() ? lines_[line].begin : file_.text().size();
    auto end = removed > 0 ? lines_[line + removed - 1].end : begin;
    std::string text;
    std::string_view line_end = file_.line_end_near(begin);
    bool behind_open_line = begin > 0 && file_.text()[begin - 1] != '\n';
    if (behind_open_line && std::ranges::any_of(changed, comes)) text += line_end;
    std::size_t replaced = line;  // whose end the next line that comes takes
    for (const auto& each : changed) {
      if (!comes(each)) continue;
      if (replaced < line + removed && has_end(lines_[replaced])) line_end = file_.line_end(lines_[replaced].end - 1);
      ++replaced;
      text.append(each.text).append(line_end);
    }
    bool drops_end = end == file_.text().size() && !ends_with_line_end(changed, removed);
    if (drops_end && replaced > line) text.resize(text.size() - line_end.size());
    splices_.push_back({file_.place(begin), file_.place(end), std::move(text)});
  }

  static bool comes(const PatchLine& line) { return line.kind == '+'; }
  bool has_end(const FileLine& line) const { return file_.text()[line.end - 1] == '\n'; }

  // Of the file, when its last line is among those that change. What the patch says counts; else it is as before.
  bool ends_with_line_end(const std::vector<PatchLine>& changed, std::size_t removed) const {
    bool had_end = file_.text().empty() || file_.text().back() == '\n';
    bool said = false, last_has_none = false;
    for (const auto& each : changed) {
      said = said || each.has_no_end;
      if (comes(each)) last_has_none = each.has_no_end;
    }
    return said || removed == 0 ? !last_has_none : had_end;
  }

  const std::string_view bytes_;
  const std::vector<Hunk>& hunks_;
  const NormalText file_;
  const std::vector<FileLine> lines_;
  std::vector<Splice> splices_;
  std::size_t next_ = 0;      // the first line behind the hunk before
  bool numbers_hold_ = true;  // each hunk before was where its line said
};

}  // namespace

std::string with_hunks(std::string_view bytes, const std::vector<Hunk>& hunks) {
  return Application(bytes, hunks).result();
}

}  // namespace executus::tools
