// OLLAMA_HOST as Ollama's own programs read it. Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/result.hpp>

namespace executus::llm::ollama {

// "", "host", ":port", "host:port" or a URL, also in quotes, as a base URL. Without a scheme the port is 11434 when
// none is given. The addresses a server listens on to be reached by everybody (0.0.0.0, [::]) become 127.0.0.1: the
// variable is the server's too. Error model.base_url.
[[nodiscard]] Result<std::string> base_url_of_host(std::string_view value);

}  // namespace executus::llm::ollama
