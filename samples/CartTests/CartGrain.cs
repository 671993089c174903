using Orleans.Runtime;

namespace CartTests;

/// <summary>The application's grain: its state is in the OrleansKv cluster.</summary>
public sealed class CartGrain([PersistentState("cart", "kv")] IPersistentState<CartState> cart) : Grain, ICartGrain
{
    public async Task Add(string item)
    {
        cart.State.Items.Add(item);
        await cart.WriteStateAsync();
    }

    public Task<string[]> Items() => Task.FromResult(cart.State.Items.ToArray());
}
