// What the models of Ollama's library take. Pure. Only what is known is declared: people bring models of their own.
#pragma once

#include <string_view>

#include <executus/llm/model.hpp>

namespace executus::llm::ollama {

// A model runs where the server is, or in Ollama's cloud: at its own address, or through a daemon (ids whose tag ends
// in "cloud").
enum class Place { server, cloud };
[[nodiscard]] Place place_of(std::string_view base_url, std::string_view id);

// `id`: [host/][namespace/]name[:tag]. The context of a model on a server is what the server was given memory for, so
// it is unknown here; the cloud gives every model its largest.
[[nodiscard]] Capabilities capabilities_of(std::string_view id, Place place);

}  // namespace executus::llm::ollama
