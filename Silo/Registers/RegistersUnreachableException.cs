namespace OrleansKv.Silo.Registers;

/// <summary>
/// No majority of the control plane's acceptors has answered in time. It can leave a node, with the answer of a grain that could not save.
/// </summary>
[GenerateSerializer, Alias("orleanskv.registers-unreachable")]
internal sealed class RegistersUnreachableException : TimeoutException
{
    public RegistersUnreachableException()
    {
    }

    public RegistersUnreachableException(string message)
        : base(message)
    {
    }
}
