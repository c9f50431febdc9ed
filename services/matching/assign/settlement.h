// From a deal that is nearly the best to the best, by shortest augmenting paths from both sides under reduced costs
// (Tomizawa 1971; Edmonds and Karp 1972; for assignment Jonker and Volgenant 1987). Pure functions, safe from any
// thread.
#pragma once

#include "services/matching/assign/market.h"

namespace cortado::matching {

// Changes `deal`, any that keeps to the places, and its prices until nothing is better: every bidder has what is worth
// most to them at the prices, or nothing, where nothing is worth more than its price, and a seller with a free place
// has the price 0. That is complementary slackness, so the deal has the largest total and the prices prove it.
//
// Each search makes one bidder or one place content, and looks no further than it must: near the best there are few,
// and each looks at few. `reach` (1 or more) is a guess of how far searches go in price; a bad one costs only time.
template <typename Weight>
void Settle(const Market<Weight>& market, typename Market<Weight>::Price reach, Deal<Weight>& deal);

}  // namespace cortado::matching
