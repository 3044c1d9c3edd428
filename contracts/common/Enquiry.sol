// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Asks many questions at once
/// @notice Never deployed: for one `eth_call` its code stands in the place of another contract. All questions are asked of one
/// state, and one that is refused does not stop the others.
contract Enquiry {
    struct Question {
        address target;
        bytes data;
    }

    /// @param returned what the view returns or, where it refuses, its error, ABI-encoded
    struct Answer {
        bool refused;
        bytes returned;
    }

    function ask(Question[] calldata questions) external view returns (Answer[] memory answers) {
        answers = new Answer[](questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            // The questions are for the platform's contracts, and nothing can be changed by asking.
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, bytes memory returned) = questions[i].target.staticcall(questions[i].data);
            answers[i] = Answer(!success, returned);
        }
    }
}
