namespace OrleansKv.Gateway.AclLog;

/// <summary>Failed authentications of one kind that came within a minute of each other; one entry of ACL LOG.</summary>
/// <param name="Count">How many they are.</param>
/// <param name="InTransaction">Whether they came inside MULTI.</param>
/// <param name="Command">The command as the client wrote its name, trimmed.</param>
/// <param name="User">The user that was named, trimmed.</param>
/// <param name="CreatedMs">When the first one came, Unix ms.</param>
/// <param name="Client">The client of the newest one, as CLIENT LIST shows it.</param>
internal sealed record AclLogEntry(long Count, bool InTransaction, string Command, string User, long CreatedMs, string Client);
