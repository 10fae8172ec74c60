// A model that gets the images of a request as it takes them (normalise.hpp): put around each model of a chain, since
// each takes other things, and outside of its lane and pace, so that no turn is used up while images are encoded.
//
// A request without images costs one look over its messages. When nothing has to be encoded anew the task is the
// wrapped model's own: no coroutine frame of ours. Encoding happens on the pool; of a call that is cancelled meanwhile,
// what was not begun is left out, what was begun goes on to its end and is dropped (the cache keeps it). What the model
// cannot be given is ModelError model.incapable of the task, and the model is not asked.
#pragma once

#include <memory>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/environment.hpp>
#include <executus/llm/model.hpp>

#include "llm/media/codec.hpp"

namespace executus::llm::media {

// Shared: by all models of a resolver, and by what is still being encoded for calls that are gone.
struct EncodingWorks {
  std::shared_ptr<ImageCodec> codec;
  std::shared_ptr<BlockingPool> pool;
};

// The works a program has: the module of module_codec.hpp behind a cache, and threads of their own, so that neither
// strands nor blocking tools wait for images. No thread is started and no module loaded before the first image that
// needs it. `environment` is read now.
[[nodiscard]] EncodingWorks make_encoding_works(const Environment& environment);

[[nodiscard]] std::shared_ptr<Model> fitted(std::shared_ptr<Model> model, EncodingWorks works);

}  // namespace executus::llm::media
