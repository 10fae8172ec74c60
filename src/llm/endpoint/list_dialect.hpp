// In which way a server tells the models it has: model_list.hpp.
#pragma once

namespace executus::llm {

// openai: GET /models of OpenAI-compatible servers. OpenAI's own tells no windows; vLLM (max_model_len), OpenRouter and
// others (context_length), Groq (context_window), Mistral (max_context_length), LM Studio (loaded_context_length) and
// llama.cpp (meta.n_ctx) do; what a model was trained for (n_ctx_train) is not what its server gives it. llamaswap: the
// same, always below /v1. anthropic: max_input_tokens. google: inputTokenLimit. ollama: GET /api/ps, which tells what
// the models that are loaded were given memory for; no list tells that of the others.
enum class ListDialect { openai, llamaswap, anthropic, google, ollama };

}  // namespace executus::llm
