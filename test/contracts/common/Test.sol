// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The test runner's cheatcodes that these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function etch(address target, bytes calldata code) external;
    function getCode(string calldata artifact) external view returns (bytes memory);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function getNonce(address account) external view returns (uint64);
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool done);
    function assume(bool condition) external pure;
    function toString(uint256 value) external pure returns (string memory);
    function assertTrue(bool condition, string calldata message) external pure;
    function assertEq(bool a, bool b, string calldata message) external pure;
    function assertEq(uint256 a, uint256 b, string calldata message) external pure;
    function assertEq(address a, address b, string calldata message) external pure;
    function assertEq(bytes32 a, bytes32 b, string calldata message) external pure;
    function assertEq(string calldata a, string calldata b, string calldata message) external pure;
    function assertEq(bytes calldata a, bytes calldata b, string calldata message) external pure;
    function assertLe(uint256 a, uint256 b, string calldata message) external pure;
    function assertGe(uint256 a, uint256 b, string calldata message) external pure;
}

/// @title What every test has at hand
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev Maps `x` into `[low, high]`, the ends as likely as the rest.
    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        vm.assertLe(low, high, "bound: an empty range");
        return low + (x % (high - low + 1));
    }

    /// @dev Calls `target` as `sender`; it must refuse with exactly this error.
    function assertRefused(
        address sender,
        address target,
        bytes memory data,
        bytes memory reason,
        string memory message
    ) internal {
        vm.prank(sender);
        (bool done, bytes memory returned) = target.call(data);
        vm.assertTrue(!done, string.concat(message, ": it was not refused"));
        vm.assertEq(returned, reason, string.concat(message, ": refused for another reason"));
    }
}
