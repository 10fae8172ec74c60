// OLLAMA_HOST as Ollama's own programs read it. Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/result.hpp>

namespace executus::llm::ollama {

// "", "host", ":port", "host:port" or a URL, also in quotes, as a base URL. Without a scheme the port is 11434 when
// none is given. Addresses on which a server listens for all networks (0.0.0.0, [::]) become 127.0.0.1, since the
// server reads the same variable. Error model.base_url.
[[nodiscard]] Result<std::string> base_url_of_host(std::string_view value);

}  // namespace executus::llm::ollama
