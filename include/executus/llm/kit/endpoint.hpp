// Where a provider is asked: the server, and the key.
#pragma once

#include <memory>
#include <string>

namespace executus::llm {

class TakenForms;
[[nodiscard]] std::shared_ptr<TakenForms> make_taken_forms();

struct Endpoint {
  std::string name;           // of the provider, as specs say it: [a-z0-9_-]+
  std::string base_url;       // http or https, without a slash at its end
  std::string token = {};     // the key, which no message holds; empty: none
  std::string variable = {};  // where the key belongs: OPENAI_API_KEY, LLM_LAB. For messages
  // What its models take, learnt while they are asked (executus/llm/kit/answer_form.hpp); copies share it.
  std::shared_ptr<TakenForms> forms = make_taken_forms();
};
using SharedEndpoint = std::shared_ptr<const Endpoint>;  // shared with the models, which may live longer

}  // namespace executus::llm
