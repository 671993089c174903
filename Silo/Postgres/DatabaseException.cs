namespace OrleansKv.Silo.Postgres;

/// <summary>
/// The database cannot be used. The message is the one line an operator reads: what, where, what to do; never a password.
/// </summary>
internal sealed class DatabaseException(string message, Exception? inner = null) : Exception(message, inner);
