// The auction algorithm with similar objects (Bertsekas 1979; Bertsekas and Castanon 1989): whoever has no place bids
// for the one that is worth most to them above its price, as much more as it is worth above the next best, and epsilon;
// a seller whose places are all taken lets the lowest bid go. Pure functions, safe from any thread.
#pragma once

#include "services/matching/assign/market.h"

namespace cortado::matching {

// Sells at the prices `deal` has, one for every seller, which only rise; replaces who has whom. In the end every bidder
// has what is worth most to them at the prices, or less than `epsilon` (1 or more) below it, or nothing, where nothing
// is worth more than its price. A seller with a free place has still the price it began with: when all began with 0,
// the deal is within epsilon for each bidder of the best there is.
//
// A war of prices between many bidders for few places ends by epsilon growing: it doubles whenever thirty-two bids a
// bidder were made. Returns the epsilon it ended with.
template <typename Weight>
typename Market<Weight>::Price Sell(const Market<Weight>& market, typename Market<Weight>::Price epsilon,
                                    Deal<Weight>& deal);

}  // namespace cortado::matching
