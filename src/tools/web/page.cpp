#include "tools/web/page.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "tools/shared/charset.hpp"
#include "tools/web/markdown.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kHeadOfPage = 1'024;  // bytes in which a page names its charset
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMarks{
    {{kUtf8Mark, "utf-8"},
     {std::string_view("\xff\xfe", 2), "utf-16le"},
     {std::string_view("\xfe\xff", 2), "utf-16be"}}};

bool is_html(const FetchedPage& page) {
  auto type = lowered(page.type);
  if (type.find("html") != std::string::npos) return true;
  if (!type.empty()) return false;
  auto head = lowered(std::string_view(page.body).substr(0, kHeadOfPage));
  return head.find("<html") != std::string::npos || head.find("<!doctype html") != std::string::npos;
}

// <meta charset=x>, and what stands in a <meta http-equiv=...>.
std::string charset_in_head(std::string_view body) {
  auto head = lowered(body.substr(0, kHeadOfPage));
  auto at = head.find("charset=");
  if (at == std::string::npos) return "";
  std::string_view value = std::string_view(head).substr(at + 8);
  if (value.starts_with('"') || value.starts_with('\'')) value.remove_prefix(1);
  return std::string(value.substr(0, value.find_first_of("\"'>;/ \t\r\n")));
}

// The charset, and the body without the mark that names it.
std::string charset_of_page(FetchedPage& page, bool html) {
  for (const auto& [mark, charset] : kMarks)
    if (page.body.starts_with(mark)) return page.body.erase(0, mark.size()), std::string(charset);
  if (auto named = charset_of(page.type); !named.empty()) return named;
  return html ? charset_in_head(page.body) : "";
}

// What is no UTF-8 and names no charset is what most such pages are.
std::string as_text(std::string body, const std::string& charset) {
  bool utf8 = charset.empty() || charset == "utf-8" || charset == "utf8";
  if (utf8 && is_valid_utf8(body)) return body;
  auto read = utf8_from(body, utf8 ? "windows-1252" : charset == "iso-8859-1" ? "windows-1252" : charset);
  return read && !(utf8 && !charset.empty()) ? std::move(*read) : repair_utf8(body);
}

}  // namespace

bool is_pdf(const FetchedPage& page) {
  return page.body.starts_with("%PDF-") || lowered(page.type).starts_with("application/pdf");
}

std::optional<std::string> text_of(FetchedPage page) {
  bool html = is_html(page);
  auto charset = charset_of_page(page, html);
  bool wide = charset.starts_with("utf-16") || charset.starts_with("utf-32");
  if (!wide && is_binary(page.body)) return std::nullopt;
  auto text = as_text(std::move(page.body), charset);
  std::string cut =
      page.part == Part::whole ? "" : "\n[cut: the page has more than " + std::to_string(kMaxPage) + " bytes]";
  if (!html) return text + cut;
  auto markdown = markdown_of(text, page.url);
  return markdown ? *markdown + cut : "[the page cannot be shown: it is made to take very much memory or time]";
}

}  // namespace executus::tools
