// What search engines answer. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/tools/web.hpp>

namespace executus::tools {

// SearXNG's /search?format=json, and what answers as it does: {"results": [{"title", "url", "content"}]}.
// Brave's /res/v1/web/search: {"web": {"results": [{"title", "url", "description"}]}}.
// Error web_search.answer. Results without a URL are passed over; none is no error.
[[nodiscard]] Result<std::vector<SearchResult>> searxng_results(std::string_view body);
[[nodiscard]] Result<std::vector<SearchResult>> brave_results(std::string_view body);

// As the model reads them, at most so many: each part on a line of its own, and no longer than a part may be.
[[nodiscard]] std::string listed_results(const std::vector<SearchResult>& results, std::size_t most);

}  // namespace executus::tools
