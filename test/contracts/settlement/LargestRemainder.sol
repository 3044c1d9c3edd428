// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Cut} from "../../../contracts/settlement/ISettlement.sol";

/// @title Sharing an amount out by largest remainder, the long way: one unit after the other
library LargestRemainder {
    /// @param units what each one has; their indices ascend with their places
    /// @param indices the note index of each
    /// @return shares what each one gets, adding up to `amount`
    /// @return cut the last one that got a unit more than its share rounded down
    function share(
        uint64[] memory units,
        uint24[] memory indices,
        uint64 amount
    ) internal pure returns (uint64[] memory shares, Cut memory cut) {
        uint256 base;
        for (uint256 i = 0; i < units.length; ++i) base += units[i];
        shares = new uint64[](units.length);
        uint256[] memory remainders = new uint256[](units.length);
        uint256 left = amount;
        for (uint256 i = 0; i < units.length; ++i) {
            shares[i] = uint64((uint256(amount) * units[i]) / base);
            remainders[i] = (uint256(amount) * units[i]) % base;
            left -= shares[i];
        }
        while (left > 0) {
            uint256 best = 0;
            for (uint256 i = 1; i < units.length; ++i) {
                if (remainders[i] > remainders[best]) best = i; // of equal ones the first
            }
            cut = Cut(uint64(remainders[best]), indices[best]);
            shares[best] += 1;
            remainders[best] = 0;
            --left;
        }
    }

    /// @return what `units` out of `base` get by a cut that was made for all of them
    function byCut(
        uint64 amount,
        uint64 units,
        uint64 base,
        uint24 index,
        Cut memory cut
    ) internal pure returns (uint64) {
        uint256 remainder = (uint256(amount) * units) % base;
        bool rounded = remainder > cut.remainder || (remainder == cut.remainder && index <= cut.lastIndex);
        return uint64((uint256(amount) * units) / base) + (rounded && remainder > 0 ? 1 : 0);
    }
}
