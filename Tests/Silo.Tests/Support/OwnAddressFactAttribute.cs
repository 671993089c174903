namespace OrleansKv.Silo.Tests.Support;

/// <summary>A test that needs an address beyond loopback to listen on; it connects to nobody else.</summary>
public sealed class OwnAddressFactAttribute : FactAttribute
{
    public OwnAddressFactAttribute()
    {
        if (OpenPorts.OwnAddress is null) Skip = "this machine has no address beyond loopback";
    }
}
