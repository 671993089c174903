namespace OrleansKv.Gateway.Sessions;

/// <summary>Memory that all clients together make the server hold, and the most of one; taken in one pass over the sessions.</summary>
internal readonly record struct ClientsMemory(long TotalBytes, long LargestInputBytes, long LargestOutputBytes)
{
    public static ClientsMemory Of(SessionRegistry sessions)
    {
        long total = 0, input = 0, output = 0;
        foreach (Session session in sessions.Unordered)
        {
            SessionMemory memory = session.Memory;
            total += memory.TotalBytes;
            input = Math.Max(input, memory.InputBytes + memory.InputFreeBytes);
            output = Math.Max(output, memory.OutputBytes);
        }

        return new ClientsMemory(total, input, output);
    }
}
