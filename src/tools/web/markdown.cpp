#include "tools/web/markdown.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "net/client/url.hpp"
#include "tools/web/html_tree.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kLongestLink = 2'000;  // bytes of a URL that is shown
constexpr std::size_t kDeepestList = 8;      // levels that are indented
constexpr std::size_t kMostText = std::size_t{4}
                                  << 20;  // bytes that are shown: links may make a page longer than it is

constexpr std::array kLeftOut{GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE,  GUMBO_TAG_NOSCRIPT, GUMBO_TAG_TEMPLATE,
                              GUMBO_TAG_SVG,    GUMBO_TAG_IFRAME, GUMBO_TAG_NAV,      GUMBO_TAG_HEAD,
                              GUMBO_TAG_SELECT, GUMBO_TAG_CANVAS, GUMBO_TAG_OBJECT,   GUMBO_TAG_MATH};
constexpr std::array kBlocks{
    GUMBO_TAG_P,      GUMBO_TAG_DIV,   GUMBO_TAG_SECTION,    GUMBO_TAG_ARTICLE, GUMBO_TAG_MAIN,     GUMBO_TAG_HEADER,
    GUMBO_TAG_FOOTER, GUMBO_TAG_ASIDE, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_TABLE,   GUMBO_TAG_UL,       GUMBO_TAG_OL,
    GUMBO_TAG_DL,     GUMBO_TAG_FORM,  GUMBO_TAG_FIGURE,     GUMBO_TAG_ADDRESS, GUMBO_TAG_FIELDSET, GUMBO_TAG_DETAILS};
constexpr std::array kLines{GUMBO_TAG_TR,         GUMBO_TAG_DT,      GUMBO_TAG_DD,
                            GUMBO_TAG_FIGCAPTION, GUMBO_TAG_SUMMARY, GUMBO_TAG_CAPTION};

bool is_one_of(GumboTag tag, const auto& tags) { return std::ranges::find(tags, tag) != tags.end(); }

std::string_view attribute(const GumboElement& element, const char* name) {
  const auto* found = gumbo_get_attribute(&element.attributes, name);
  return found ? std::string_view(found->value) : std::string_view();
}

// What a page hides from people is often meant for models alone.
bool is_hidden(const GumboElement& element) {
  if (gumbo_get_attribute(&element.attributes, "hidden") || attribute(element, "aria-hidden") == "true") return true;
  auto style = lowered(attribute(element, "style"));
  std::erase_if(style, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  return style.find("display:none") != std::string::npos || style.find("visibility:hidden") != std::string::npos;
}

int heading_level(GumboTag tag) {
  return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6 ? static_cast<int>(tag) - static_cast<int>(GUMBO_TAG_H1) + 1 : 0;
}

const GumboVector& children_of(const GumboNode& node) {
  return node.type == GUMBO_NODE_DOCUMENT ? node.v.document.children : node.v.element.children;
}

// Text with the blanks between its words, and the breaks between its blocks, that readers see.
class Lines {
 public:
  void add(std::string_view text) {
    for (char c : text) {
      bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
      if (blank)
        space_ = true;
      else
        put(c);
    }
  }
  void add_as_it_is(std::string_view text) {
    settle();
    text_ += text;
    fresh_ = false;
  }
  // At least so many line breaks before what follows.
  void break_lines(int lines) {
    if (lines == 0) return;
    breaks_ = std::max(breaks_, lines);
    space_ = false;
  }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }

 private:
  void put(char c) {
    settle();
    text_ += c;
    fresh_ = false;
  }
  void settle() {
    if (fresh_) breaks_ = 0, space_ = false;
    if (breaks_ > 0)
      text_.append(static_cast<std::size_t>(breaks_), '\n');
    else if (space_)
      text_ += ' ';
    breaks_ = 0, space_ = false;
  }

  std::string text_;
  int breaks_ = 0;
  bool space_ = false;
  bool fresh_ = true;  // nothing was written
};

class Page {
 public:
  explicit Page(const std::string& url) : url_(url) {}

  std::string read(const GumboNode& root) {
    std::vector<Visit> open{{&root}};
    while (!open.empty() && lines_.size() <= kMostText) {
      auto& visit = open.back();
      const auto& children = children_of(*visit.node);
      if (visit.next == children.length) {
        leave(*visit.node);
        open.pop_back();
        continue;
      }
      const auto* child = static_cast<const GumboNode*>(children.data[visit.next++]);
      if (enter(*child)) open.push_back({child});
    }
    auto text = lines_.take();
    if (!open.empty()) text += "\n[cut: the page has more text than is shown]";
    return title_.empty() ? text : "# " + title_ + "\n\n" + text;
  }

 private:
  struct Visit {
    const GumboNode* node;
    unsigned next = 0;
  };

  // Whether it has children to be read.
  bool enter(const GumboNode& node) {
    if (node.type == GUMBO_NODE_ELEMENT) return enter_element(node.v.element);
    bool is_text = node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA;
    if (!is_text) return false;
    std::string_view text = node.v.text.text;
    preformatted_ > 0 ? lines_.add_as_it_is(text) : lines_.add(text);
    return false;
  }

  bool enter_element(const GumboElement& element) {
    if (element.tag == GUMBO_TAG_HEAD) note_title(element);
    if (is_one_of(element.tag, kLeftOut) || is_hidden(element)) return false;
    lines_.break_lines(breaks_around(element.tag));
    if (int level = heading_level(element.tag))
      lines_.add_as_it_is(std::string(static_cast<std::size_t>(level), '#') + " ");
    switch (element.tag) {
      case GUMBO_TAG_UL:
      case GUMBO_TAG_OL:
        lists_.push_back(element.tag == GUMBO_TAG_OL ? 1 : 0);
        break;
      case GUMBO_TAG_LI:
        lines_.add_as_it_is(item_mark());
        break;
      case GUMBO_TAG_PRE:
        if (preformatted_++ == 0) lines_.add_as_it_is("```\n");
        break;
      case GUMBO_TAG_TD:
      case GUMBO_TAG_TH:
        lines_.add(" | ");
        break;
      case GUMBO_TAG_HR:
        lines_.add_as_it_is("---");
        break;
      case GUMBO_TAG_IMG:
        add_image(element);
        break;
      case GUMBO_TAG_A:
        begin_link(element);
        break;
      default:
        break;
    }
    return true;
  }

  void leave(const GumboNode& node) {
    if (node.type != GUMBO_NODE_ELEMENT) return;
    auto tag = node.v.element.tag;
    if (tag == GUMBO_TAG_A) end_link();
    if (tag == GUMBO_TAG_PRE && --preformatted_ == 0) lines_.add_as_it_is("\n```");
    if ((tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL) && !lists_.empty()) lists_.pop_back();
    lines_.break_lines(breaks_around(tag));
  }

  [[nodiscard]] int breaks_around(GumboTag tag) const {
    bool inner_list = (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL) && lists_.size() > 1;
    if (inner_list || tag == GUMBO_TAG_LI || tag == GUMBO_TAG_BR || is_one_of(tag, kLines)) return 1;
    bool block = is_one_of(tag, kBlocks) || heading_level(tag) > 0 || tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_HR;
    return block && lists_.empty() ? 2 : block ? 1 : 0;
  }

  std::string item_mark() {
    if (lists_.empty()) return "- ";
    std::string indent(2 * (std::min(lists_.size(), kDeepestList) - 1), ' ');
    return indent + (lists_.back() == 0 ? "- " : std::to_string(lists_.back()++) + ". ");
  }

  void note_title(const GumboElement& head) {
    for (unsigned i = 0; i < head.children.length && title_.empty(); ++i) {
      const auto& node = *static_cast<const GumboNode*>(head.children.data[i]);
      if (node.type != GUMBO_NODE_ELEMENT || node.v.element.tag != GUMBO_TAG_TITLE) continue;
      const auto& parts = node.v.element.children;
      Lines title;
      for (unsigned part = 0; part < parts.length; ++part)
        title.add(static_cast<const GumboNode*>(parts.data[part])->v.text.text);
      title_ = title.take();
    }
  }

  void add_image(const GumboElement& element) {
    auto alt = trim(attribute(element, "alt"));
    if (!alt.empty()) lines_.add("[image: " + std::string(alt) + "]");
  }

  // Links that lead to no page ("#top", "javascript:...") are their text alone.
  void begin_link(const GumboElement& element) {
    std::string href(trim(attribute(element, "href")));
    std::string target;
    if (!href.empty() && href.front() != '#' && href.size() <= kLongestLink)
      target = net::resolved_url(url_, href).value_or("");
    bool leads = (target.starts_with("http://") || target.starts_with("https://")) && target.size() <= kLongestLink;
    links_.push_back(leads ? std::move(target) : std::string());
    if (!links_.back().empty()) lines_.add("[");
  }
  void end_link() {
    if (links_.empty()) return;
    if (!links_.back().empty()) lines_.add_as_it_is("](" + links_.back() + ")");
    links_.pop_back();
  }

  const std::string& url_;
  Lines lines_;
  std::string title_;
  std::vector<int> lists_;  // the number of the next item; 0: without numbers
  std::vector<std::string> links_;
  int preformatted_ = 0;
};

}  // namespace

std::optional<std::string> markdown_of(std::string_view html, const std::string& url, std::size_t most_memory) {
  HtmlTree tree(html, most_memory);
  if (!tree.root()) return std::nullopt;
  return as_utf8(Page(url).read(*tree.root()));
}

}  // namespace executus::tools
