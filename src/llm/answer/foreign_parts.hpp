// Opaque parts (signed thinking) belong to the model they came from. A router has models of several makers behind one
// provider name, and one of them refuses, or worse takes, what another one signed. Pure.
#pragma once

#include <string_view>

#include <executus/llm/message.hpp>
#include <executus/llm/transcript.hpp>

namespace executus::llm {

// Says in each opaque part of an answer that `model` made it.
void mark_opaque_parts(Message& answer, std::string_view model);

// Takes out of `messages` what another model of `provider` made. Parts that name no model stay: journals written before
// parts named one hold such. Of other providers' parts this says nothing: no vendor sends those.
void drop_parts_of_other_models(Transcript& messages, std::string_view provider, std::string_view model);

}  // namespace executus::llm
