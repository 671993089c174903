namespace OrleansKv.Engine.Registers;

/// <summary>
/// An acceptor's change is not on the disk, and what was there before still is: a full disk, most often. The acceptor goes on; what it
/// could not save it has not promised.
/// </summary>
public sealed class NotSavedException(string message, Exception inner) : IOException(message, inner);
