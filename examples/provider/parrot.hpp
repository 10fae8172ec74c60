// A provider of one's own, for an API that nobody else has: POST /say, answered in lines of JSON.
//
//   > {"model": "grey", "turns": [{"by": "person", "text": "Hi"}], "tools": [{"name": ..., "about": ..., "takes":
//   {...}}]} < {"say": "Hello"} < {"call": {"id": "c1", "tool": "look_up", "with": {"word": "parrot"}}} < {"over":
//   "stop", "read": 12, "wrote": 3}
#pragma once

#include <memory>

#include <executus/llm/kit.hpp>

// `http` outlives the provider and its models.
std::shared_ptr<executus::llm::Provider> make_parrot(executus::llm::Endpoint endpoint, executus::net::HttpClient& http);
