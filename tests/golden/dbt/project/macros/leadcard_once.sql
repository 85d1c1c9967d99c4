{# A test: no value stands twice among the rows that have the same value in the column `within`. #}
{% test leadcard_once(model, column_name, within) %}
select {{ column_name }}, {{ adapter.quote(within) }}
from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}, {{ adapter.quote(within) }}
having count(*) > 1
{% endtest %}
