# A shop: customers with orders, reports about them. Argument: the orders.
$seed = 1
def number(below) = ($seed = $seed * 16807 % 2147483647) % below

Order = Struct.new(:id, :lines, :note, :address)
class Customer
  attr_reader :name, :orders, :totals

  def initialize(name)
    @name = name
    @orders = []
    @totals = Hash.new(0)
  end

  def add(order)
    @orders << order
    order.lines.each { |item, amount| @totals[item] += amount }
    @orders.shift if @orders.size > 12
  end

  def report
    lines = @orders.map { |order| "#{order.id}: #{order.lines.map { |item, amount| "#{item}=#{amount}" }.join(", ")}" }
    "#{@name}\n#{lines.join("\n")}\n#{@totals.sort.first(20).to_h.inspect}"
  end
end

customers = {}
text = 0
ARGV[0].to_i.times do |n|
  name = "customer number #{number(4000)}"
  customer = (customers[name] ||= Customer.new(name))
  lines = {}
  (1 + number(6)).times { lines["item-#{number(500)}-of-the-catalogue"] = 1 + number(9) }
  customer.add(Order.new(n, lines, "note " * number(30), { street: "street #{number(99)}", town: "town #{number(999)}" }))
  customers.delete("customer number #{number(4000)}") if n % 40 == 0
  text += customers["customer number #{number(4000)}"]&.report.to_s.size if n % 10 == 0
end
puts "orders #{customers.values.sum { |customer| customer.orders.size }} text #{text}"
