#include "tools/web/markdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"

namespace executus::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(std::string_view html) { return markdown_of(html, "https://a.example/b/c").value_or("(nothing)"); }

TEST(Markdown, HasWhatAReaderSees) {  // [TLS-16]
  const std::pair<const char*, const char*> cases[]{
      {"<p>one\n  two<p>three", "one two\n\nthree"},
      {"<title> A  B </title><h1>Top</h1><h3>Sub</h3>text", "# A B\n\n# Top\n\n### Sub\n\ntext"},
      {"a<br>b", "a\nb"},
      {"a<hr>b", "a\n\n---\n\nb"},
      {"a <b>bold</b> <i>it</i>!", "a bold it!"},
      {"<ul><li>x<li>y<ul><li>z</ul></ul>after", "- x\n- y\n  - z\n\nafter"},
      {"<ol><li>x<li>y</ol>", "1. x\n2. y"},
      {"<a href=d>l</a>", "[l](https://a.example/b/d)"},
      {"<a href='https://x.example/?q=1&amp;r=2'>l</a>", "[l](https://x.example/?q=1&r=2)"},
      {"<a href='#top'>l</a> <a href='javascript:x()'>m</a> <a>n</a>", "l m n"},
      {"<a href='mailto:x@y.example'>l</a>", "l"},
      {"<img alt='a cat' src=x><img src=y>", "[image: a cat]"},
      {"<pre>a\n  b</pre>", "```\na\n  b\n```"},
      {"<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b\n| 1 | 2"},
      {"caf&eacute; &lt;b&gt; &#8364;", "café <b> €"},
      {"<script>x()</script><style>y</style><nav>menu</nav><p hidden>h</p><p aria-hidden=true>i</p>seen", "seen"},
      {"<p style='Display : none'>h</p><p style=visibility:hidden>i</p><p style=color:red>seen", "seen"},
      {"<svg><text>drawn</text></svg><iframe>in</iframe><noscript>no</noscript>seen", "seen"},
      {"", ""},
      {"plain", "plain"},
  };
  for (const auto& [html, text] : cases) EXPECT_EQ(shown(html), text) << html;
}

TEST(Markdown, MakesSenseOfWhatIsNoHtml) {  // [TLS-16]
  EXPECT_EQ(shown("<p>a</b></p></div><li>b"), "a\n\n- b");
  EXPECT_TRUE(is_valid_utf8(shown(std::string("<p>a\0b&#0;&#xD800;\xff", 19))));
}

TEST(Markdown, TakesBoundedMemoryAndTime) {  // [TLS-16]
  std::string deep, formats = "<p>", attributes = "<a";
  for (int i = 0; i < 3'000; ++i) deep += "<div>";
  EXPECT_EQ(shown(deep + "in"), "in");
  for (int i = 0; i < 1'000; ++i) formats += "<b a" + std::to_string(i) + ">";
  for (int i = 0; i < 20'000; ++i) formats += "<p>x";
  EXPECT_FALSE(markdown_of(formats, "", std::size_t{8} << 20)) << "each <p> would open 1000 elements anew";
  for (int i = 0; i < 100'000; ++i) attributes += " a" + std::to_string(i);
  EXPECT_EQ(shown(attributes + ">x"), "(nothing)");
}

}  // namespace
}  // namespace executus::tools
