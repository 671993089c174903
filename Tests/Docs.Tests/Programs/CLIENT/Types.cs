using Orleans.Runtime;
using OrleansKv.Client;

//snippet 4

//snippet 10

public interface ICartGrain : IGrainWithStringKey
{
    Task<int> Add(string item);
}

public sealed record Order(string Item, int Count);

public sealed record Cart(string[] Items)
{
    public Cart Add(string item) => new([.. Items, item]);
}

/// <summary>What the test expects of the document's code; an exception ends the program with its message.</summary>
internal static class Check
{
    public static void Equal<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new InvalidOperationException($"expected {expected}, but it is {actual}");
    }
}
