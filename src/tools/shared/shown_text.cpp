#include "tools/shared/shown_text.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::tools {

std::string shown_name(std::string_view name) {
  auto text = as_utf8(std::string(name));
  bool plain = std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return plain ? text : write_json(boost::json::value(text));
}

std::string shown_line(std::string_view line) {
  std::string shown;
  for (std::size_t at = 0; at < line.size();) {
    auto nul = std::min(line.find('\0', at), line.size());
    shown.append(line.substr(at, nul - at));
    at = std::min(line.find_first_not_of('\0', nul), line.size());
    if (at > nul) shown += "[" + std::to_string(at - nul) + (at - nul == 1 ? " NUL byte]" : " NUL bytes]");
  }
  return as_utf8(std::move(shown));
}

PartOfLine around(std::string_view line, std::size_t found, std::size_t most) {
  if (clip(line, most).size() == line.size()) return {line, 0};
  auto begin = found - clip_front(line.substr(0, found), most / 4).size();
  auto text = clip(line.substr(begin), most);
  if (begin + text.size() < line.size()) return {text, begin};
  text = clip_front(line, most);  // near the end: more of what stands before
  return {text, line.size() - text.size()};
}

}  // namespace executus::tools
