namespace OrleansKv.Hosting;

/// <summary>
/// Which start of the machine this is: Linux makes a GUID at each, the same in all containers. A process that finds it changed knows that
/// what was with the kernel alone may be lost. Any thread.
/// </summary>
internal static class BootId
{
    private const string Source = "/proc/sys/kernel/random/boot_id";

    /// <summary><see cref="Guid.Empty"/> where the system has none or does not show it.</summary>
    public static Guid Read()
    {
        try
        {
            return Guid.TryParse(File.ReadAllText(Source), out Guid id) ? id : Guid.Empty;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Guid.Empty;
        }
    }
}
