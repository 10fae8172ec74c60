// libcurl's multi handle opens a pair of descriptors to be woken by, which an exec'd program would inherit.
#pragma once

#include <curl/curl.h>

namespace executus::net {

// curl_multi_init(), and those closed by exec. Null as there.
[[nodiscard]] CURLM* make_multi_closed_on_exec();

}  // namespace executus::net
