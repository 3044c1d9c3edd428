// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";

/// @dev At most, in one cover.
uint256 constant MOST_LAYERS = 8;

/// @dev At most, in one layer.
uint256 constant MOST_CARRIERS = 8;

/// @param party who carries
/// @param share of what the layer pays, in ppm
struct Carrier {
    PartyId party;
    uint32 share;
}

/// @notice One layer of a cover. Amounts in minor units.
/// @param deductible of what reaches it, the first part, which is the insured's own
/// @param cap most that it bears after that
/// @param carriers among whom it is split; what their shares leave of the whole is the insured's own
struct Layer {
    uint64 deductible;
    uint64 cap;
    Carrier[] carriers;
}

/// @title How layers bear a loss
/// @notice The layers lie above one another along the loss. The first begins where the loss begins: its deductible, then what it
/// bears, up to its cap; where it ends the next begins, in the same way; what is above the last is not covered. So every unit of
/// a loss lies in one place, a growing loss fills the layers from the first to the last, and a shrinking one empties them from the
/// last to the first. What the insured keeps of a layer, as its deductible or as a share without a carrier, reaches no other layer.
library Waterfall {
    /// @dev The whole, in ppm.
    uint256 internal constant WHOLE = 1_000_000;

    /// @notice What each layer bears of a loss, the insured's own share of it included.
    function borne(Layer[] memory layers, uint256 loss) internal pure returns (uint64[] memory amounts) {
        amounts = new uint64[](layers.length);
        uint256 below;
        for (uint256 k = 0; k < layers.length; ++k) {
            below += layers[k].deductible;
            if (loss <= below) break;
            uint256 above = loss - below;
            amounts[k] = above < layers[k].cap ? uint64(above) : layers[k].cap;
            below += layers[k].cap;
        }
    }

    /// @notice The shares of a layer, in ppm: its carriers', and last the insured's own.
    function shares(Carrier[] memory carriers) internal pure returns (uint64[] memory weights) {
        weights = new uint64[](carriers.length + 1);
        uint256 left = WHOLE;
        for (uint256 i = 0; i < carriers.length; ++i) {
            weights[i] = carriers[i].share;
            left -= carriers[i].share;
        }
        weights[carriers.length] = uint64(left);
    }
}
