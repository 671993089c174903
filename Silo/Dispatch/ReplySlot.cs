using OrleansKv.Gateway.Protocol;

namespace OrleansKv.Silo.Dispatch;

/// <summary>Where one reply of a session comes from, in the order of its commands.</summary>
/// <param name="Command">What was asked, for the statistics.</param>
/// <param name="Call">The call that brings it; null for a reply that is known already or made of several.</param>
/// <param name="Index">Its place in the call.</param>
/// <param name="Finish">Writes it; for all but the plain case of one command, one call.</param>
internal readonly record struct ReplySlot(CommandEntry Command, ShardCall? Call, int Index, IReplyPart? Finish);
