using Orleans.Runtime;

namespace OrleansKv.Grains;

/// <summary>
/// A call that a silo has not taken, because it stops in good order: Orleans sends it back before a grain has seen it. Its type is that of
/// all that Orleans rejects, and the text is all that tells it. A call that the silo had taken, and did not answer before it ended, is a
/// <see cref="SiloUnavailableException"/>.
/// </summary>
internal static class StoppingFailure
{
    public static bool Is(Exception failure) => failure is OrleansMessageRejectionException and not SiloUnavailableException
        && failure.Message.StartsWith("Silo stopping", StringComparison.Ordinal);
}
